/** @throws RangeError unless the value lies strictly between 0 and 1 */
export function checkProbability(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new RangeError(`${name} must lie between 0 and 1, not ${value}.`)
  }
}
