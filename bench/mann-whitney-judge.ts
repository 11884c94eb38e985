import { normalQuantile } from '../src/stats/special-functions.ts'

/**
 * The rule of the Kayenta canary judge for one metric, from its description: alarm when the whole 98 % interval of the
 * Mann-Whitney location shift lies above a quarter of the estimated shift. Interval and estimate are roots of the
 * tie-corrected normal approximation, found to within 0.0001 as `wilcox.test` of R does; for coarse rates that tolerance,
 * not the data, can decide.
 */
export function mannWhitneyAlarms(
  candidate: readonly number[],
  baseline: readonly number[],
): boolean {
  const low = Math.min(...candidate) - Math.max(...baseline)
  const high = Math.max(...candidate) - Math.min(...baseline)
  // two constant or identical series: nothing to decide on
  if (low === high) return false
  const at = (z: number): number =>
    root((shift) => standardised(candidate, baseline, shift) - z, low, high)
  const lower = at(normalQuantile(0.99))
  return lower > 0.25 * Math.abs(at(0))
}

/** The standardised rank sum of the candidate moved by -shift, with R's correction for continuity. */
function standardised(
  candidate: readonly number[],
  baseline: readonly number[],
  shift: number,
): number {
  const values = [
    ...candidate.map((value) => ({ value: value - shift, own: 1 })),
    ...baseline.map((value) => ({ value, own: 0 })),
  ].toSorted((a, b) => a.value - b.value)
  let rankSum = 0
  let ties = 0
  for (let start = 0; start < values.length;) {
    let end = start
    let own = 0
    for (; end < values.length && values[end]!.value === values[start]!.value; end++) {
      own += values[end]!.own
    }
    rankSum += (own * (start + 1 + end)) / 2
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  const [n, m] = [candidate.length, baseline.length]
  const distance = rankSum - (n * (n + 1)) / 2 - (n * m) / 2
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)))
  return variance === 0 ? 0 : (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance)
}

/** Brent's method (zeroin) to within 0.0001; the end whose value has the sought sign where there is no change of sign. */
function root(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high]
  let [fa, fb] = [f(a), f(b)]
  if (fa <= 0) return a
  if (fb >= 0) return b
  let [c, fc] = [a, fa]
  for (let i = 0; i < 1000; i++) {
    const previous = b - a
    if (Math.abs(fc) < Math.abs(fb)) {
      ;[a, b, c] = [b, c, b]
      ;[fa, fb, fc] = [fb, fc, fb]
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(b) + 0.00005
    let step = (c - b) / 2
    if (Math.abs(step) <= tolerance || fb === 0) return b
    if (Math.abs(previous) >= tolerance && Math.abs(fa) > Math.abs(fb)) {
      step = interpolated({ a, b, c, fa, fb, fc, step, previous, tolerance })
    }
    if (Math.abs(step) < tolerance) step = step > 0 ? tolerance : -tolerance
    ;[a, fa] = [b, fb]
    b += step
    fb = f(b)
    if (fb > 0 === fc > 0) [c, fc] = [a, fa]
  }
  return b
}

function interpolated(s: {
  a: number
  b: number
  c: number
  fa: number
  fb: number
  fc: number
  step: number
  previous: number
  tolerance: number
}): number {
  const width = s.c - s.b
  let p: number
  let q: number
  const t2 = s.fb / s.fa
  if (s.a === s.c) {
    p = width * t2
    q = 1 - t2
  } else {
    const t0 = s.fa / s.fc
    const t1 = s.fb / s.fc
    p = t2 * (width * t0 * (t0 - t1) - (s.b - s.a) * (t1 - 1))
    q = (t0 - 1) * (t1 - 1) * (t2 - 1)
  }
  if (p > 0) q = -q
  else p = -p
  const usable =
    p < 0.75 * width * q - Math.abs(s.tolerance * q) / 2 && p < Math.abs((s.previous * q) / 2)
  return usable ? p / q : s.step
}
