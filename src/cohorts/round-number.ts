/**
 * The multiple of `step` in (above, upTo] that is nearest to `upTo`, or null. Free of floating-point dust: 0.3, not
 * 0.30000000000000004.
 */
export function lastMultiple(above: number, upTo: number, step: number): number | null {
  const multiple = clean(Math.floor(upTo / step + 1e-9) * step, step)
  return multiple > above && multiple <= upTo ? multiple : null
}

/** The multiple of `step` in (above, upTo] that is nearest to `above`, or null. */
export function firstMultiple(above: number, upTo: number, step: number): number | null {
  let multiple = clean(Math.floor(above / step) * step, step)
  if (multiple <= above) multiple = clean(multiple + step, step)
  return multiple > above && multiple <= upTo ? multiple : null
}

/** 1, 5, 10, 50, 100 … and the same below one, from coarse to fine, between `coarsest` and `finest`. */
export function roundSteps(coarsest: number, finest: number): number[] {
  const steps: number[] = []
  for (let power = 15; power >= -12; power--) {
    for (const digit of [5, 1]) {
      const step = power >= 0 ? digit * 10 ** power : digit / 10 ** -power
      if (step <= coarsest && step >= finest) steps.push(step)
    }
  }
  return steps
}

function clean(value: number, step: number): number {
  if (!Number.isFinite(value) || step >= 1) return value
  const digits = Math.min(20, Math.max(0, Math.ceil(-Math.log10(step))))
  return Number(value.toFixed(digits))
}
