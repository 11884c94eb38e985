import { z } from 'zod'

import type { StoreComparison } from '../../cohorts/compare/store-comparison.ts'
import { AftergreenError } from '../../errors.ts'

const name = z.string().trim().min(1).max(256)
const filter = z.string().min(1).max(10_000)
const time = z.string().min(1).max(64)
const names = z.array(name).max(100)

const comparison = z.strictObject({
  service: name,
  environment: z.string().trim().max(256).optional(),
  candidate: filter.optional(),
  baseline: filter.optional(),
  since: time.optional(),
  until: time.optional(),
  candidateWindow: z.string().min(1).max(130).optional(),
  baselineWindow: z.string().min(1).max(130).optional(),
  measures: z
    .array(z.enum(['rate', 'latency', 'volume']))
    .min(1)
    .max(3)
    .optional(),
  maxOrder: z.int().min(1).max(6).optional(),
  unit: name.optional(),
  ignore: names.optional(),
  include: names.optional(),
  limit: z.int().min(1).max(50).optional(),
})

/** @throws INVALID_REQUEST: says which field is wrong, and how */
export function parseComparison(text: string): StoreComparison {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new AftergreenError('INVALID_REQUEST', 'The body is not valid JSON.', { hint, cause })
  }
  const parsed = comparison.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.')
  throw new AftergreenError(
    'INVALID_REQUEST',
    `The comparison is not valid: ${field ? `${field}: ` : ''}${issue?.message ?? 'unknown'}.`,
    { hint },
  )
}

const hint =
  'A comparison has service and candidate, and may have baseline, since, until, candidateWindow, baselineWindow, environment, measures, maxOrder, unit, ignore, include and limit.'
