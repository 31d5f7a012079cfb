import { type InputHTMLAttributes, useId } from 'react'

interface FieldProps extends Pick<InputHTMLAttributes<HTMLInputElement>, 'autoComplete' | 'maxLength' | 'spellCheck'> {
  label: string
  name: string
  /** What to write, where the label does not say it. */
  hint?: string
  /** What is wrong with what was written; it takes the place of the hint. */
  fault?: string | null
  value: string
}

/** A field of a form, with what there is to say about it. */
export function Field({ label, name, hint = '', fault = null, value, ...input }: FieldProps) {
  const id = useId()
  const said = fault ?? hint
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        dir="auto"
        defaultValue={value}
        aria-invalid={fault !== null}
        aria-describedby={said === '' ? undefined : `${id}-said`}
        {...input}
      />
      {said !== '' && (
        <p id={`${id}-said`} className={fault === null ? 'hint' : 'fault'} role={fault === null ? undefined : 'alert'}>
          {said}
        </p>
      )}
    </div>
  )
}
