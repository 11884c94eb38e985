import type { Binding } from '../binding.ts'

/**
 * The binding that counts for each key of each component of each environment: the highest precedence, among equals the
 * later one. What is bound for all components (`''`) also counts for each of them, unless that one has its own.
 */
export function effectiveBindings(bindings: readonly Binding[]): Binding[] {
  return [...winners(bindings).values()]
}

/** Bindings that another one of the same environment, component, key and phase overrides. */
export function overriddenBindings(bindings: readonly Binding[]): Binding[] {
  const effective = new Set(effectiveBindings(bindings))
  return bindings.filter((binding) => !effective.has(binding))
}

function winners(bindings: readonly Binding[]): Map<string, Binding> {
  const best = new Map<string, Binding>()
  for (const binding of bindings) {
    const { environment, component, key, phase, precedence } = binding
    const identity = [environment, component, key, phase].join('\0')
    const other = best.get(identity)
    if (other === undefined || precedence >= other.precedence) best.set(identity, binding)
  }
  return best
}
