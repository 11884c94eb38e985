/** Sign-offs: who went on over a `hold`, and what they accepted unseen. */

/** One thing that keeps a release from `proceed`, or that no verdict could see. */
export interface Unknown {
  /** Of the blind spot, the requirement or the finding. */
  id: string
  what: 'blind-spot' | 'requirement' | 'finding'
  /** The kind of the blind spot or the finding; `evidence` for a requirement. */
  kind: string
  title: string
}

export interface SignOffRequest {
  /** Ids of blind spots, open requirements and findings. */
  accept: string[]
  by: string
  note: string
}

/** Kept for ever. */
export interface SignOff {
  releaseId: string
  /** ISO 8601 */
  at: string
  by: string
  note: string
  accepted: Unknown[]
  /** What was decided over. */
  headline: string
}

/** What the sign-offs of a release mean for a verdict on it. */
export interface SignOffState {
  /** All that keeps the release from `proceed` has been accepted: it may go on although the verdict is `hold`. */
  standing: boolean
  /** What keeps it from `proceed` and nobody has accepted. */
  open: Unknown[]
  /** Oldest first. */
  signOffs: SignOff[]
}
