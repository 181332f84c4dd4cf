import { useState } from 'react';
import { ProxiedSignInPage } from '@backstage/core-components';
import type { IdentityApi } from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { people } from './people';
import { PersonCard } from './PersonCard';
import { chosenPerson } from './chosenPerson';

/** Lets one look at the portal through the eyes of one of the example people. */
export function SignInPage({ onSignInSuccess }: SignInPageProps) {
  const [name, setName] = useState(chosenPerson.get);

  const choose = (next: string | undefined) => {
    chosenPerson.set(next);
    setName(next);
  };

  if (!name) return <Choice onChoose={choose} />;
  return (
    <ProxiedSignInPage
      provider="examplePeople"
      headers={{ 'x-example-person': name }}
      onSignInSuccess={identity => onSignInSuccess(forgettingPerson(identity))}
      ErrorComponent={({ error }) => (
        <NotYet
          message={error?.message}
          onAgain={() => window.location.reload()}
          onBack={() => choose(undefined)}
        />
      )}
    />
  );
}

function Choice(props: { onChoose(name: string): void }) {
  return (
    <Box component="main" sx={{ maxWidth: 960, mx: 'auto', px: 3, py: 8 }}>
      <Typography color="text.secondary" sx={{ fontWeight: 600, mb: 1 }}>
        GitOps Events
      </Typography>
      <Typography variant="h1" sx={{ fontSize: 32, fontWeight: 600 }}>
        Who are you today?
      </Typography>
      <Typography color="text.secondary" sx={{ mt: 1, mb: 4 }}>
        An example with example people: no password, on your machine only.
      </Typography>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fit, minmax(240px, 1fr))',
        }}
      >
        {people.map(person => (
          <PersonCard
            key={person.name}
            person={person}
            onChoose={() => props.onChoose(person.name)}
          />
        ))}
      </Box>
    </Box>
  );
}

function NotYet(props: { message?: string; onAgain(): void; onBack(): void }) {
  return (
    <Box component="main" sx={{ maxWidth: 640, mx: 'auto', px: 3, py: 8 }}>
      <Alert severity="warning">
        That did not work{props.message ? `: ${props.message}` : ''}. Just after
        the first start the catalog is still being read; try again in a few
        seconds.
      </Alert>
      <Stack direction="row" spacing={1} sx={{ mt: 2 }}>
        <Button variant="contained" onClick={props.onAgain}>
          Try again
        </Button>
        <Button onClick={props.onBack}>Choose somebody else</Button>
      </Stack>
    </Box>
  );
}

/** Signing out leads back to the choice. */
function forgettingPerson(identity: IdentityApi): IdentityApi {
  return {
    getProfileInfo: () => identity.getProfileInfo(),
    getBackstageIdentity: () => identity.getBackstageIdentity(),
    getCredentials: () => identity.getCredentials(),
    async signOut() {
      chosenPerson.set(undefined);
      await identity.signOut();
    },
  };
}
