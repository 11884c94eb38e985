/** One thing that the doctor looked at. */
export interface Diagnosis {
  /** Name of the check, stable for programs. */
  check: string
  /** `unknown`: it could not be looked at. */
  state: 'fine' | 'wrong' | 'unknown'
  /** One sentence. */
  title: string
  /** What to do, as a sentence; empty where there is nothing to do. */
  advice: string
}

export const fine = (check: string, title: string): Diagnosis => ({
  check,
  state: 'fine',
  title,
  advice: '',
})

export const wrong = (check: string, title: string, advice: string): Diagnosis => ({
  check,
  state: 'wrong',
  title,
  advice,
})

export const unknown = (check: string, title: string, advice: string): Diagnosis => ({
  check,
  state: 'unknown',
  title,
  advice,
})
