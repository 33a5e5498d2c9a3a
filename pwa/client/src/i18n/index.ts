export { formatAge, formatDate, formatDateTime, formatDay, formatDayShort, formatDuration, formatMonth, formatNumber, formatTime, formatUntil, localDate } from "./format";
export { currentLanguage, isKey, setLanguage, startLanguage, t, tn, type Key, type Language, type PluralKey } from "./language.svelte";
