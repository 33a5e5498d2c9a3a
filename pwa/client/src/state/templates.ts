/** Protocol templates from the phone's own store (bundle `protocol_templates`). */
import type { Bundle } from "../api/types";
import type { Template } from "../protocol/types";
import { ready } from "./live.svelte";
import { sync } from "./sync";

export interface KnownTemplate {
  readonly sha256: string;
  readonly template: Template;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTemplate(value: unknown): value is Template {
  return isRecord(value) && typeof value["id"] === "string" && typeof value["version"] === "number" && Array.isArray(value["item"]);
}

/** Reads the bundle: `{"templates": [{"sha256": "...", "template": {...}}]}`. Anything else in it is passed over. */
export function templatesOf(content: unknown): readonly KnownTemplate[] {
  const list: unknown = isRecord(content) ? content["templates"] : content;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry["sha256"] === "string" && isTemplate(entry["template"]) ? [{ sha256: entry["sha256"], template: entry["template"] }] : [],
  );
}

/** Every template the phone knows; empty before the first sync has brought them. */
export async function knownTemplates(): Promise<readonly KnownTemplate[]> {
  const bundles = (await ready<Bundle>("bundle")).filter((bundle) => bundle.name === "protocol_templates");
  const contents = await Promise.all(bundles.map((bundle) => sync().reference(bundle.sha256).catch(() => null)));
  return contents.flatMap(templatesOf);
}
