/** The five tones of design: red is for "do not" and nothing else. */
export type ToneName = "neutral" | "info" | "ok" | "watch" | "stop";
