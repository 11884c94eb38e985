/**
 * Whether the name of a key says that its value may be a secret, or carry one: such values are never shown, not even
 * defaults. Rather too often than too seldom.
 */
export function isSensitiveName(key: string): boolean {
  return /SECRET|PASS(WORD|WD|PHRASE)?|TOKEN|CREDENTIAL|PRIVATE|SIGNATURE|SIGNING|SALT|PEPPER|CERT|COOKIE|SESSION|BEARER|AUTH|API_?KEY|ACCESS_?KEY|(^|_)KEYS?($|_)|(^|_)(PIN|JWT|PW|PWD|HMAC|OTP|DSN)($|_)|(DATABASE|DB|REDIS|MONGO\w*|AMQP|SMTP|MAIL\w*|BROKER|QUEUE)_UR[IL]|CONNECTION_?STRING|WEBHOOK/i.test(
    key,
  )
}

/** Shapes of keys and tokens, whatever they are called; and long runs that no person writes. */
const secretShape =
  /(sk|pk|rk|whsec|ghp|gho|ghs|github_pat|glpat|xox[a-z]|AKIA|ASIA|AIza|SG|npm|eyJ)[_.\-A-Za-z0-9]{12,}|(sk|pk|rk)_(live|test)_|-----BEGIN|^["'`]?[A-Za-z0-9+/=_-]{32,}["'`]?$/

/** A literal of the source as it may be shown or written; undefined = it may not. Credentials in addresses go. */
export function shareableLiteral(key: string, literal: string): string | undefined {
  if (isSensitiveName(key) || secretShape.test(literal)) return undefined
  return literal.replaceAll(/\/\/[^/@\s]*@/g, '//…@')
}

/** An expression of the source without the texts that it assigns. */
export function withoutAssignedTexts(text: string): string {
  return text
    .replaceAll(/([:=]\s*)(["'`])(?:(?!\2).)*(\2?)/gs, '$1$2…$3')
    .replaceAll(/\/\/[^/@\s]*@/g, '//…@')
}
