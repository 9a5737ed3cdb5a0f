import { useState } from "preact/hooks";

/** What the last attempt failed with, null of one that did not; and what makes an attempt, whose outcome it hands on. */
export function useAttempt(): readonly [string | null, <T>(attempt: Promise<T>) => Promise<T>] {
  const [problem, setProblem] = useState<string | null>(null);
  const report = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      const outcome = await attempt;
      setProblem(null);
      return outcome;
    } catch (error) {
      setProblem((error as Error).message);
      throw error;
    }
  };
  return [problem, report];
}
