/** A logarithmic axis: positions are fractions of its length, 0 to 1. */
export interface LogScale {
  low: number
  high: number
  at(value: number): number
}

/** @param low above zero @param high above `low` */
export function logScale(low: number, high: number): LogScale {
  const from = Math.log(low)
  const length = Math.log(high) - from
  return {
    low,
    high,
    at: (value) => Math.min(1, Math.max(0, (Math.log(Math.max(value, low)) - from) / length)),
  }
}

/** Round values within the axis, at most `most`: powers of ten, then 1-3 steps, then 1-2-5 steps, whichever is the finest that fits. */
export function logTicks({ low, high }: LogScale, most: number): number[] {
  const candidates = [[1, 2, 5], [1, 3], [1]].map((mantissas) => roundValues(low, high, mantissas))
  return candidates.find((ticks) => ticks.length <= most) ?? thin(candidates.at(-1) ?? [], most)
}

function roundValues(low: number, high: number, mantissas: number[]): number[] {
  const values: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const mantissa of mantissas) {
      const value = Number(`${mantissa}e${power}`)
      if (value >= low * 0.9999 && value <= high * 1.0001) values.push(value)
    }
  }
  return values
}

function thin(ticks: number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most)
  return ticks.filter((_, index) => index % every === 0)
}
