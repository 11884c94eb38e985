/** What checkout needs to know about whom it serves. */
export interface Customer {
  locale: string
  accountAgeDays: number
}
