/** The few icons of the public's pages, drawn as the app's are (ui/icons.ts, which would bring all of them along). */
export const glyphs = {
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  camera: "M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM12 10a3.300 3.300 0 1 0 0 6.600A3.300 3.300 0 0 0 12 10z",
  image: "M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  phone: "M6.500 4h3l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A16.500 16.500 0 0 1 4.500 6.200 2 2 0 0 1 6.500 4z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  language: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c2.500 2.300 3.700 5 3.700 8s-1.200 5.700-3.700 8c-2.500-2.300-3.700-5-3.700-8S9.500 6.300 12 4z",
  bell: "M12 4a5.500 5.500 0 0 0-5.500 5.500V14L5 16.500h14L17.500 14V9.500A5.500 5.500 0 0 0 12 4zM10 19.500h4",
  copy: "M9 9h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1zM16 9V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3",
  share: "M12 15V4M8 8l4-4 4 4M6 12H5v8h14v-8h-1",
  refresh: "M19 11a7 7 0 0 0-12.500-3.500L5 9M5 5v4h4M5 13a7 7 0 0 0 12.500 3.500L19 15M19 19v-4h-4",
  watch: "M12 4l9.500 16.500h-19zM12 10v5M12 17.800v.02",
  lock: "M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM8 11V8a4 4 0 0 1 8 0v3",
} as const;

export type GlyphName = keyof typeof glyphs;
