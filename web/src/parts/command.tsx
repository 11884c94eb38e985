import { CopyButton } from './copy-button.tsx'

/** Something to paste into a terminal. */
export function Command({ text, label }: { text: string; label: string }) {
  return (
    <div className="command">
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label}>
        copy
      </CopyButton>
    </div>
  )
}
