import { ClickHouseError } from '@clickhouse/client'
import type { AftergreenError } from '../../errors.ts'

/**
 * Whom a failed insert speaks of. `rows`: these will never be taken as they are. `circumstances`: any other rows would have
 * fared the same, or nobody answered; it may pass, or somebody can mend it. `unknown`: it says neither, or a server does
 * not have a column yet that was made while it was away: it gets it within half a minute.
 * @param frames how many frames were inserted together
 */
export function failureConcerns(
  { code, cause }: AftergreenError,
  frames: number,
): 'rows' | 'circumstances' | 'unknown' {
  if (code !== 'ENGINE_QUERY') return 'circumstances'
  if (!(cause instanceof ClickHouseError)) return 'unknown'
  const type = cause.type ?? ''
  if (ofRows.has(type)) return 'rows'
  // one that is too large as a whole is taken in pieces
  if (type === 'MEMORY_LIMIT_EXCEEDED' && frames > 1) return 'rows'
  // times all over the calendar: this code has two meanings, the other one is a table with too many parts
  if (type === 'TOO_MANY_PARTS' && cause.message.includes('partitions for single INSERT')) {
    return 'rows'
  }
  return ofCircumstances.has(type) || ofFiles.test(type) ? 'circumstances' : 'unknown'
}

const ofRows = new Set([
  'ARGUMENT_OUT_OF_BOUND',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_CONVERT_TYPE',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_READ_ALL_DATA',
  'DUPLICATE_COLUMN',
  'EMPTY_DATA_PASSED',
  'ILLEGAL_COLUMN',
  'INCORRECT_DATA',
  'INCORRECT_NUMBER_OF_COLUMNS',
  'NOT_FOUND_COLUMN_IN_BLOCK',
  'NUMBER_OF_COLUMNS_DOESNT_MATCH',
  'SIZES_OF_COLUMNS_DOESNT_MATCH',
  'SYNTAX_ERROR',
  'THERE_IS_NO_COLUMN',
  'TOO_LARGE_ARRAY_SIZE',
  'TOO_LARGE_STRING_SIZE',
  'TYPE_MISMATCH',
  'UNKNOWN_ELEMENT_OF_ENUM',
  'UNKNOWN_IDENTIFIER',
  'UNKNOWN_TYPE',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
])

/** Files and memory that the engine does not get. */
const ofFiles =
  /^CANNOT_(OPEN|CREATE|CLOSE|READ_FROM|WRITE|SEEK|STAT|TRUNCATE|FSYNC|UNLINK|RESERVE|ALLOCATE|SCHEDULE)/

const ofCircumstances = new Set([
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'DATABASE_ACCESS_DENIED',
  'MEMORY_LIMIT_EXCEEDED',
  'FILE_DOESNT_EXIST',
  'NOT_ENOUGH_SPACE',
  'POCO_EXCEPTION',
  'STD_EXCEPTION',
  'QUERY_WAS_CANCELLED',
  'QUOTA_EXCEEDED',
  'READONLY',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_MANY_PARTS',
  'UNKNOWN_DATABASE',
  'UNKNOWN_TABLE',
  'UNKNOWN_USER',
])
