/** What the customers did and met; one JSON line a second on their standard output, and a last one at the end. */
export interface CustomersReport {
  visits: number
  requests: number
  /** Answers of 500 and above, and requests without an answer. */
  failures: number
  ordersPlaced: number
  ordersWithoutReceipt: number
  /** Visits that were turned away because too many were under way: the machine is too slow for the rate. */
  shed: number
}
