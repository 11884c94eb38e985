/**
 * What a value looks like, without saying what it is. The patterns mean the same in JavaScript and in Python (ASCII
 * classes only, and `(?![^])`-like ends that no line break satisfies): the tracers get this table as data.
 */

/** In order: the first that matches. A value that none matches is `text`. */
export const shapePatterns: readonly (readonly [shape: string, pattern: string])[] = [
  ['placeholder', '(change|replace|fill)[-_ ]?(me|this|it)|your[-_ ](api|secret|key|token|password|domain)|placeholder|x{4}|^<[^<>]*>END|^(dummy|example|sample|todo)END'],
  ['private key', '^-----BEGIN '],
  ['boolean', '^(true|false|yes|no|on|off|enabled|disabled)END'],
  ['integer', '^[+-]?[0-9]{1,3}END'],
  ['large integer', '^[+-]?[0-9]{4,18}END'],
  ['number', '^[+-]?[0-9]*[.][0-9]+END'],
  ['duration or size', '^[0-9]+([.][0-9]+)?[ ]?(ns|us|ms|s|sec|m|min|h|d|w|b|kb|mb|gb|tb|kib|mib|gib)END'],
  ['mail address', '^[^@ ,;:/]+@[a-z0-9.-]+[.][a-z]{2,}END'],
  ['address of this machine', '^([a-z][a-z0-9+.-]*://)?([^@/ ]*@)?(localhost|127[.][0-9.]+|0[.]0[.]0[.]0|\\[::1?\\])(:[0-9]+)?([/?#][^ ]*)?END'],
  ['example address', '^([a-z][a-z0-9+.-]*://)?([^@/ ]*@)?([a-z0-9-]+[.])*(example([.](com|org|net))?|test|invalid)(:[0-9]+)?([/?#][^ ]*)?END'],
  ['sandbox address', '^([a-z][a-z0-9+.-]*://)?([^@/ ]*@)?([a-z0-9.-]*[.-])?(sandbox|staging|test|mock)[a-z0-9-]*[.][a-z0-9.-]+(:[0-9]+)?([/?#][^ ]*)?END'],
  ['private address', '^[a-z][a-z0-9+.-]*://([^@/ ]*@)?([a-z0-9_-]+|(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01]))[.][0-9.]+|[a-z0-9.-]+[.](local|internal|svc|lan))(:[0-9]+)?([/?#][^ ]*)?END'],
  ['web address', '^https?://[^ ]+END'],
  ['address with a scheme', '^[a-z][a-z0-9+.-]*://[^ ]+END'],
  ['live key', '^(?=[^ ]{8,}END)([a-z0-9]*[_$-])*(live|prod|production)[_$-]'],
  ['test key', '^(?=[^ ]{8,}END)([a-z0-9]*[_$-])*(test|sandbox|sbox|mock|fake)[_$-]'],
  ['JSON', '^[{[]'],
  ['path', '^[.]{0,2}/[^ ,;]*END'],
  ['host name', '^([a-z0-9-]+[.])+[a-z]{2,}(:[0-9]+)?END'],
  ['list', '^[^, ]+(,[ ]?[^, ]+)+END'],
  ['word', '^[a-z][a-z0-9_.-]{0,23}END'],
  ['long token', '^[^ ]{24,}END'],
  ['token', '^[^ ]+END'],
] // prettier-ignore

/** The patterns as they are compiled, in either language without regard to case. */
export const shapeTable: readonly (readonly [string, string])[] = shapePatterns.map(
  ([shape, pattern]) => [shape, pattern.replaceAll('END', String.raw`(?![\s\S])`)],
)

/** Of a longer value only the beginning is looked at, in UTF-16 code units or code points: patterns ask for no more. */
export const longestShaped = 2048

const compiled = shapeTable.map(([shape, pattern]) => [shape, new RegExp(pattern, 'i')] as const)

export function shapeClass(value: string): string {
  const text = value.slice(0, longestShaped)
  return compiled.find(([, pattern]) => pattern.test(text))?.[0] ?? 'text'
}

/**
 * Shapes of values that choose between ways to go: to have seen another one says nothing about this one, so only the
 * same value counts as exercised.
 */
export const isChoice = (shape: string): boolean => shape === 'word' || shape === 'boolean'
