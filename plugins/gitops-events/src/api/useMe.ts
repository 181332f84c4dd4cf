import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { useEffect, useState } from 'react';

/** Entity reference of the reader; undefined until it is known. */
export function useMe(): string | undefined {
  const identity = useApi(identityApiRef);
  const [me, setMe] = useState<string>();
  useEffect(() => {
    let here = true;
    identity
      .getBackstageIdentity()
      .then(({ userEntityRef }) => here && setMe(userEntityRef))
      // The server decides in the end, and says why.
      .catch(() => undefined);
    return () => {
      here = false;
    };
  }, [identity]);
  return me;
}
