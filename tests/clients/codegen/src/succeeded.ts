// For every union: returns the success, or throws the failure as an error that a form can show.
export class Refused extends Error {
  constructor(readonly failure: { __typename: string; code?: string; message?: string }) {
    super(failure.message ?? failure.__typename);
  }
}

export const succeeded = <Outcome extends { __typename: string }, Name extends Outcome["__typename"]>(
  outcome: Outcome,
  name: Name,
): Extract<Outcome, { __typename: Name }> => {
  if (outcome.__typename !== name) throw new Refused(outcome);
  return outcome as Extract<Outcome, { __typename: Name }>;
};
