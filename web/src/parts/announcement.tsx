import { useState } from 'react'

/** Says aloud, to a screen reader, that the verdict is a different one; says nothing when the page opens. */
export function Announcement({ text }: { text: string }) {
  const [first] = useState(text)
  const [changed, setChanged] = useState(false)
  if (!changed && text !== first) setChanged(true)
  return (
    <p className="visually-hidden" role="status">
      {changed ? `The verdict changed: ${text}` : ''}
    </p>
  )
}
