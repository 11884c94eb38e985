import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'

/** Puts a text on the clipboard and says so; where the browser forbids it, says that instead. */
export function CopyButton(props: { text: string; label: string; children: ReactNode }) {
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => setSaid(''), 2500)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text)
      setSaid('copied')
    } catch {
      setSaid('not allowed: select and copy by hand')
    }
  }
  return (
    <span className="copy">
      <button
        type="button"
        aria-label={props.label}
        title={props.label}
        onClick={() => void copy()}
      >
        {props.children}
      </button>
      <span role="status">{said}</span>
    </span>
  )
}
