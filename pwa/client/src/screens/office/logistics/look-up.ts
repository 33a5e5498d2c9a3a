/** Asks the server what a search box's text can mean, and gives typed hits in the order they are shown. */
import { api, ApiProblem } from "../../../api/client";
import { logistics, type RecipientRef } from "../../../api/logistics";
import type { DeviceHit } from "../../../api/types";
import { path } from "../../../router";
import type { Ask } from "./ask";

export const hitKinds = ["person", "work_order", "customer_order", "pickup_order", "device", "party", "article"] as const;
export type HitKind = (typeof hitKinds)[number];

export interface Hit {
  readonly kind: HitKind;
  /** What it is called: a number, or a name. */
  readonly label: string;
  readonly note: string;
  /** Where it is, when it has an address. */
  readonly href?: string;
  /** Whose aids it leads to; never in an address. */
  readonly who?: RecipientRef;
  readonly article?: { readonly number: string; readonly name: string };
  /** A device's state, a code. */
  readonly status?: string;
}

export interface May {
  readonly persons: boolean;
  readonly parties: boolean;
  readonly devices: boolean;
}

const device = (hit: Pick<DeviceHit, "number" | "article_name" | "status">): Hit => ({ kind: "device", label: hit.number, note: hit.article_name, href: path.device(hit.number), status: hit.status });
const article = (number: string, name: string): Hit => ({ kind: "article", label: name, note: number, article: { number, name } });
const party = (number: string, name: string, town: string): Hit => ({ kind: "party", label: name, note: [number, town].filter(Boolean).join(" · "), who: { party_number: number } });

async function articles(q: string): Promise<readonly Hit[]> {
  return (await logistics.articles(q)).slice(0, 20).map((found) => article(found.number, found.name));
}

async function parties(q: string, may: May): Promise<readonly Hit[]> {
  return may.parties ? (await logistics.parties(q)).slice(0, 20).map((found) => party(found.number, found.name, found.town)) : [];
}

async function numbered(number: string): Promise<readonly Hit[]> {
  return (await logistics.number(number)).map((found): Hit => {
    switch (found.kind) {
      case "work_order":
        return { kind: "work_order", label: found.number, note: found.title, href: path.officeOrder(found.number) };
      case "customer_order":
        return { kind: "customer_order", label: found.number, note: found.title, href: path.delivery(found.number) };
      case "pickup_order":
        return { kind: "pickup_order", label: found.number, note: found.title, href: path.pickup(found.number) };
      case "device":
        return { kind: "device", label: found.number, note: found.title, href: path.device(found.number) };
      case "article":
        return article(found.number, found.title);
      case "party":
        return party(found.number, found.title, "");
    }
  });
}

/** @throws ApiProblem or Unreachable when the server does not answer */
export async function lookUp(ask: Ask, may: May): Promise<readonly Hit[]> {
  switch (ask.kind) {
    case "person":
      return may.persons ? (await logistics.persons(ask.personalNumber)).map((found) => ({ kind: "person", label: found.name, note: found.town, who: { person_id: found.id } })) : [];
    case "devices":
      return may.devices ? (await api.devices(ask.pattern)).map(device) : [];
    case "number":
      return sorted(await numbered(ask.number));
    case "article":
      return sorted((await Promise.all([articles(ask.start), parties(ask.start, may)])).flat());
    case "words":
      return sorted((await Promise.all([articles(ask.words), parties(ask.words, may)])).flat());
    case "nothing":
    case "refused":
      return [];
  }
}

const sorted = (hits: readonly Hit[]): readonly Hit[] => [...hits].sort((a, b) => hitKinds.indexOf(a.kind) - hitKinds.indexOf(b.kind));

/** A device's number and article, or null when there is none; for the warehouse's scans. */
export async function findDevice(number: string): Promise<DeviceHit | null> {
  try {
    return (await api.devices(number)).find((found) => found.number === number) ?? null;
  } catch (reason) {
    if (reason instanceof ApiProblem && reason.problem.status === 404) return null;
    throw reason;
  }
}
