/** Choices that belong to this phone, not to a person. */

export interface Settings {
  theme: "auto" | "sol";
  sound: boolean;
  vibration: boolean;
  /** Longest pause between two characters of a keyboard-wedge scanner, milliseconds. */
  wedgeGap: number;
  /** The camera chosen last in the scan screen, a deviceId. */
  camera: string;
  installHintSeen: boolean;
}

const STORED = "turbil.settings";
const defaults: Settings = { theme: "auto", sound: true, vibration: true, wedgeGap: 60, camera: "", installHintSeen: false };

function stored(): Partial<Settings> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Partial<Settings>) : {};
  } catch {
    return {};
  }
}

export const settings: Settings = $state({ ...defaults, ...stored() });

export function applyTheme(): void {
  if (settings.theme === "sol") document.documentElement.dataset["theme"] = "sol";
  else delete document.documentElement.dataset["theme"];
}

export function change(next: Partial<Settings>): void {
  Object.assign(settings, next);
  try {
    localStorage.setItem(STORED, JSON.stringify(settings));
  } catch {
    // Only the memory of the choice is lost.
  }
  applyTheme();
}
