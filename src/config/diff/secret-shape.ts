import { isPlaceholder } from '../packs/placeholders.ts'

/** What a secret looks like from outside, without saying what it is. */
export type SecretShape = 'live' | 'test' | 'placeholder' | 'opaque'

const live =
  /^(sk|rk|pk)_live_|^live_\w|^rzp_live_|^access_token\$production\$|^sq0(atp|csp|idp)-|^EAAA[\w-]{20}|^APP_USR-|^pdl_live_|^(pub|sec)_live_|_live_/
const test =
  /^(sk|rk|pk)_test_|^test_\w|^rzp_test_|^access_token\$sandbox\$|^sandbox-sq0|^TEST-|^pdl_(sdbx|test)_|^sandbox[_-]|_(test|sandbox)_/

/** A key of a test or sandbox account, of a live one, what was never filled in, or nothing that can be told. */
export function secretShape(text: string): SecretShape {
  const value = text.trim().slice(0, 1000)
  if (isPlaceholder(value)) return 'placeholder'
  if (live.test(value)) return 'live'
  return test.test(value) ? 'test' : 'opaque'
}

/** `looks like a live key`. */
export const secretShapeWords: Record<SecretShape, string> = {
  live: 'looks like a live key',
  test: 'looks like a test key',
  placeholder: 'looks like a placeholder',
  opaque: 'a secret',
}
