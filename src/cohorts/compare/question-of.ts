/** What a measure asks: the levels of latency ask the same. */
export function questionOf(measure: string): string {
  return measure.startsWith('slow ') ? 'slow' : measure
}
