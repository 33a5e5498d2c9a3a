/** What the kinds of labels have: the same as labels/template.py, which has the last word. */
import type { LabelField, LabelKind, Profile, Template } from "../../../api/labels";

export const KINDS = ["device", "next_pm", "return", "contaminated", "deviation", "load_carrier", "shelf"] as const satisfies readonly LabelKind[];

const FORM: readonly LabelField[] = ["number", "code128", "article", "text", "lines", "notes", "owner", "phone"];

export const FIELDS: Readonly<Record<LabelKind, readonly LabelField[]>> = {
  device: ["number", "code128", "owner", "phone", "notes"],
  next_pm: ["month", "number", "code128", "article", "owner", "phone", "notes"],
  return: FORM,
  contaminated: FORM,
  deviation: FORM,
  load_carrier: ["number", "code128", "text", "owner", "phone", "notes"],
  shelf: ["number", "code128", "text", "notes"],
};

/** Sheets are cut within half a millimetre. */
const SLACK_MM = 0.5;

export const fits = (template: Template, profile: Profile): boolean =>
  template.width_mm <= profile.label_width_mm + SLACK_MM && template.height_mm <= profile.label_height_mm + SLACK_MM;
