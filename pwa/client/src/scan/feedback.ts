/** Sound and vibration for a scan: short high = ok, two low = stop, soft tick = seen before. */
import type { ScanSignal } from "./resolve";

let context: AudioContext | null = null;

/** Browsers let a page sound only after a tap; call this in one. */
export function wakeSound(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
  } catch {
    context = null;
  }
}

function beep(frequency: number, start: number, seconds: number, volume: number): void {
  if (!context) return;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  const at = context.currentTime + start;
  oscillator.frequency.value = frequency;
  // Short ramps, else the loudspeaker clicks.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.01);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

export function signal(kind: ScanSignal, options: { sound: boolean; vibration: boolean }): void {
  if (options.sound) {
    wakeSound();
    if (kind === "ok") beep(1760, 0, 0.12, 0.4);
    else if (kind === "again") beep(880, 0, 0.05, 0.15);
    else {
      beep(294, 0, 0.16, 0.4);
      beep(247, 0.22, 0.2, 0.4);
    }
  }
  if (options.vibration && "vibrate" in navigator) {
    const pattern = { ok: [60], again: [20], stop: [120, 80, 120] }[kind];
    navigator.vibrate(pattern);
  }
}
