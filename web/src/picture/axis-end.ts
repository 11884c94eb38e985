/**
 * The class of a label below an axis: in the middle below its tick, unless it would stand outside the picture there.
 * @param position of the tick, 0 to 1
 */
export function axisEnd(position: number): string {
  if (position < 0.06) return 'axis-first'
  return position > 0.94 ? 'axis-last' : ''
}
