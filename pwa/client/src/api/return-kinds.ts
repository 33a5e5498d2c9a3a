/** What can be said of a returned device. Without the client, so that pure code can use it. */

export const contaminations = ["none", "suspected", "declared"] as const;
export const results = ["ok", "faults", "deviation"] as const;
export const dispositions = ["stock", "repair", "quarantine", "scrap"] as const;
export type Contamination = (typeof contaminations)[number];
export type Result = (typeof results)[number];
export type Disposition = (typeof dispositions)[number];
