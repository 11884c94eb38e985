import type { GuardOptions } from './guard.ts'
import { readLimitsFile } from './limits.ts'
import { readRedactionFile } from './read-redaction-file.ts'

/**
 * The options that the environment asks for: `AFTERGREEN_REDACTION` and `AFTERGREEN_LIMITS` each name a JSON file.
 * @throws REDACTION_FILE, LIMITS_FILE
 */
export function guardFiles(env: Readonly<Record<string, string | undefined>>): GuardOptions {
  const redaction = env['AFTERGREEN_REDACTION'] ?? ''
  const limits = env['AFTERGREEN_LIMITS'] ?? ''
  return {
    ...(redaction !== '' && { redaction: readRedactionFile(redaction) }),
    ...(limits !== '' && { limits: readLimitsFile(limits) }),
  }
}
