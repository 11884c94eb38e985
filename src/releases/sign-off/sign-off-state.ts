import type { Verdict } from '../verdict.ts'
import { blockersOf } from './blockers.ts'
import type { SignOff, SignOffState } from './sign-off.ts'

/** A verdict with what its sign-offs mean for it now. @param verdict with ids */
export function withSignOffs(verdict: Verdict, signOffs: readonly SignOff[]): Verdict {
  if (signOffs.length === 0) return verdict
  return { ...verdict, signOff: signOffState(verdict, signOffs) }
}

/** A sign-off stands for as long as the verdict is `hold` for no other reasons than those accepted. */
export function signOffState(verdict: Verdict, signOffs: readonly SignOff[]): SignOffState {
  const accepted = new Set(signOffs.flatMap((one) => one.accepted.map(({ id }) => id)))
  const open = blockersOf(verdict).filter(({ id }) => !accepted.has(id))
  const standing = verdict.verdict === 'hold' && signOffs.length > 0 && open.length === 0
  return { standing, open, signOffs: [...signOffs] }
}
