/** The ways in which a value goes wrong (config.md §7.5). Data; what each makes of a value is in `apply-operator.ts`. */

/**
 * In the order in which they are tried on a key: what really happens to configurations comes before what merely could, so
 * that a short budget tells most.
 *
 * Variants and rules of a flag file are not among them: a mutant reaches a process through its environment, and a file of
 * flags does not. A flag that is a key of its own is flipped.
 */
export const mutationOperators = [
  'other-environment',
  'unset',
  'enum-sibling',
  'flag-flipped',
  'rotated-secret',
  'host',
  'previous-value',
  'unit-thousandfold',
  'near-miss-name',
  'empty',
  'default-value',
  'wrong-type',
  'scheme',
  'port',
  'truncated-secret',
  'out-of-range',
  'boolean-synonym',
  'duplicate-key',
  'newline',
  'quoted',
  'trailing-space',
] as const

export type MutationOperator = (typeof mutationOperators)[number]

/** What each does, as a table of the documentation and `--help` say it. */
export const operatorWords: Record<MutationOperator, string> = {
  'other-environment': 'the value that another environment has',
  unset: 'not set at all',
  'enum-sibling': 'another of the values that it can have',
  'flag-flipped': 'off instead of on, or on instead of off',
  'rotated-secret': 'another secret of the same shape',
  host: 'another host in an address',
  'previous-value': 'the value that it had before',
  'unit-thousandfold': '1000 times as much: seconds taken for milliseconds',
  'near-miss-name': 'set under a name with a slip in it',
  empty: 'set to nothing',
  'default-value': 'the default of the code instead',
  'wrong-type': 'text where a number, a truth value or an address belongs',
  scheme: 'another scheme in an address',
  port: 'another port',
  'truncated-secret': 'a secret with its end cut off',
  'out-of-range': 'a number that is too large or negative',
  'boolean-synonym': 'on, yes or 1 instead of true',
  'duplicate-key': 'set twice: the line that lost wins',
  newline: 'with a line break at the end',
  quoted: 'with quotation marks around it',
  'trailing-space': 'with a space at the end',
}

export function isMutationOperator(text: string): text is MutationOperator {
  return mutationOperators.some((operator) => operator === text)
}
