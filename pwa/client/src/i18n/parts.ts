/** What the parts of a device and its sides are called, to the person who has it and to triage. */
import type { Part, Side } from "../screens/public/parts";
import { dictionary } from "./words";

const words = dictionary(
  {
    "part.wheel": "Ett hjul",
    "part.brake": "En broms",
    "part.armrest": "Ett armstöd",
    "part.footrest": "Ett fot- eller benstöd",
    "part.seat": "Sitsen",
    "part.backrest": "Ryggen",
    "part.frame": "Ramen",
    "part.battery": "Batteriet eller laddaren",
    "part.joystick": "Joysticken eller styrningen",
    "part.handle": "Ett handtag",
    "part.hand_control": "Handkontrollen",
    "part.motor": "Motorn: den rör sig inte",
    "part.bar": "Lyftbygeln",
    "part.strap": "Ett band eller en ögla",
    "part.side_rail": "En grind",
    "part.mattress": "Madrassen",
    "part.bed_end": "En gavel",
    "part.mask": "Masken",
    "part.hose": "Slangen",
    "part.machine": "Apparaten",
    "part.cable": "Sladden eller kontakten",
    "part.other": "Något annat",
    "part.unknown": "Jag vet inte",
    "side.left": "Vänster",
    "side.right": "Höger",
    "side.both": "Båda",
    "side.front_left": "Fram, vänster",
    "side.front_right": "Fram, höger",
    "side.rear_left": "Bak, vänster",
    "side.rear_right": "Bak, höger",
    "side.several": "Flera",
    "side.unknown": "Jag vet inte",
  },
  {
    "part.wheel": "A wheel",
    "part.brake": "A brake",
    "part.armrest": "An armrest",
    "part.footrest": "A foot or leg rest",
    "part.seat": "The seat",
    "part.backrest": "The back",
    "part.frame": "The frame",
    "part.battery": "The battery or the charger",
    "part.joystick": "The joystick or the steering",
    "part.handle": "A handle",
    "part.hand_control": "The hand control",
    "part.motor": "The motor: it does not move",
    "part.bar": "The lifting bar",
    "part.strap": "A strap or a loop",
    "part.side_rail": "A side rail",
    "part.mattress": "The mattress",
    "part.bed_end": "A bed end",
    "part.mask": "The mask",
    "part.hose": "The hose",
    "part.machine": "The machine",
    "part.cable": "The cable or the plug",
    "part.other": "Something else",
    "part.unknown": "I do not know",
    "side.left": "Left",
    "side.right": "Right",
    "side.both": "Both",
    "side.front_left": "Front left",
    "side.front_right": "Front right",
    "side.rear_left": "Rear left",
    "side.rear_right": "Rear right",
    "side.several": "Several",
    "side.unknown": "I do not know",
  },
);

export const partWord = (part: Part): string => words(`part.${part}`);
export const sideWord = (side: Side): string => words(`side.${side}`);

/** "En broms, vänster"; "" when nothing was chosen. What nobody knows is left out. */
export function partAndSide(part: Part | null, side: Side | null): string {
  if (!part || part === "unknown" || part === "other") return "";
  return side && side !== "unknown" ? `${partWord(part)}, ${sideWord(side).toLowerCase()}` : partWord(part);
}
