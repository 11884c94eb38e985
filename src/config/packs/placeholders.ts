/** Texts that stand where a value is to be put. */
const plain = new Set([
  'changeme', 'change_me', 'change-me', 'changethis', 'change_this', 'changeit', 'replaceme', 'replace_me', 'replace-me',
  'secret', 'mysecret', 'my-secret', 'my_secret', 'supersecret', 'super-secret', 'super_secret', 'topsecret', 'secretkey',
  'secret-key', 'secret_key', 'password', 'passw0rd', 'p@ssw0rd', 'password1', 'password123', 'pass', 'passwd', '123456', '12345678',
  '123456789', '1234567890', 'qwerty', 'admin', 'root', 'test', 'testing', 'example', 'sample', 'dummy', 'placeholder',
  'todo', 'tbd', 'fixme', 'default', 'none', 'null', 'undefined', 'foo', 'bar', 'foobar', 'letmein', 'token', 'key',
  'apikey', 'api_key', 'abc123', 'deadbeef', 'insecure', 'notsecret', 'not-secret', 'postgres', 'mysql', 'guest', 'string',
]) // prettier-ignore

const shapes: readonly RegExp[] = [
  /^<[^<>]{1,80}>$/,
  /^\[[^[\]]{1,80}\]$/,
  /^\{\{?[^{}]{1,80}\}?\}$/,
  /^(x{3,}|X{3,}|\*{3,}|\.{3,}|0{6,}|_{3,}|-{3,})$/,
  /^(your|my|insert|enter|put|add|replace|change|generate|fill|set)[-_ ].{0,60}(here|key|secret|token|password|value|me|this|it|id|url|production|random|string|string)\b/i,
  /^(your|insert|enter|replace|change)[-_ ]/i,
  /(change[-_ ]?(me|this|it)|replace[-_ ]?(me|this)|placeholder|xxxx|your[-_](secret|key|token|password|api))/i,
  /[-_](here|goes[-_]here)$/i,
  /^[a-z]{2,10}_(live|test)_(x{2,}|\.{2,}|\*{2,}|your|change|replace|placeholder|key|secret|123|abc|0{4,}|expired|old|revoked|dummy|example).*$/i,
  /^(.)\1{5,}$/,
  /^(admin|root|user|test|guest|pass|password|secret|welcome|qwerty|letmein)[-_@]?\d{1,4}!?$/i,
]

/** Whether a value was never filled in, by its look alone. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim()
  if (text === '' || text.length > 400) return false
  return plain.has(text.toLowerCase()) || shapes.some((shape) => shape.test(text))
}
