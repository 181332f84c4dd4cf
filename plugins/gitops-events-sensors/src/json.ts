/** A value as JSON has it. @public */
export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };
