/** Which of a list keeps its order. Pure. */

/** Indices of a longest strictly rising subsequence, without the negative values. */
export function longestRise(values: readonly number[]): readonly number[] {
  const best: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    best[index] = value < 0 ? 0 : 1;
    previous[index] = -1;
    for (let before = 0; before < index; before += 1) {
      const earlier = values[before] ?? -1;
      const length = (best[before] ?? 0) + 1;
      if (value >= 0 && earlier >= 0 && earlier < value && length > (best[index] ?? 0)) {
        best[index] = length;
        previous[index] = before;
      }
    }
  }
  let at = best.reduce((longest, length, index) => (length > (best[longest] ?? 0) ? index : longest), 0);
  const run: number[] = [];
  while (at >= 0 && (best[at] ?? 0) > 0) {
    run.unshift(at);
    at = previous[at] ?? -1;
  }
  return run;
}
