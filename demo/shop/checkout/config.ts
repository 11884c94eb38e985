import { z } from 'zod'

/** What checkout takes from its environment. On a developer's machine only the key is needed. */
const variables = z.object({
  /** Who settles: the processor that every charge is sent to, whichever provider the customer chose. */
  PAYMENT_PROCESSOR: z.enum(['clearline', 'ledgerpay', 'sandbox']).default('sandbox'),
  PAYMENT_API_KEY: z.string().min(16),
  PAYMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(10_000),
  CURRENCY: z.enum(['EUR', 'USD', 'GBP']).default('EUR'),
  ORDER_LIMIT_CENTS: z.coerce.number().int().positive().default(500000),
})

export type CheckoutConfig = z.infer<typeof variables>

/** @throws an error that names each variable that is wrong, and no value */
export function readConfig(): CheckoutConfig {
  const read = variables.safeParse(process.env)
  if (read.success) return read.data
  const wrong = [...new Set(read.error.issues.map(({ path }) => path.join('.')))]
  throw new Error(`not configured: ${wrong.join(', ')}`)
}
