import type {
  BusPosition,
  EventBatch,
} from '@gitops-events/plugin-gitops-events-node';

/** Reading the events of one partition in order, from a database. */
export interface PartitionLog {
  /**
   * The next events, at most `limit`. Without any, `position` may still have
   * moved on; it need not be kept then, since nothing lies between.
   */
  next(options: {
    partition: string;
    from: BusPosition | undefined;
    limit: number;
  }): Promise<{ batch?: EventBatch; position: BusPosition | undefined }>;
  /** Undecided events beyond a position; counting stops at `atMost`. */
  lag(options: {
    partition: string;
    from: BusPosition | undefined;
    atMost: number;
  }): Promise<number>;
  /** The same, by the principal that brought them; it reads their rows. */
  lagBy(options: {
    partition: string;
    from: BusPosition | undefined;
    atMost: number;
  }): Promise<ReadonlyMap<string, number>>;
}

/** What a statement counted, by principal. */
export function countsOf(
  rows: ReadonlyArray<Record<string, any>>,
): Map<string, number> {
  return new Map(
    rows.map(({ principal, count }) => [principal, Number(count)]),
  );
}
