import { Content, Header, Page } from '@backstage/core-components';
import Box from '@mui/material/Box';
import { Chain } from './Chain';
import { Ways } from './Ways';

/** What this is, in one line of steps, and the three ways in. */
export function HomePage() {
  return (
    <Page themeId="home">
      <Header
        title="GitOps Events"
        subtitle="From an event to a running change, each step in sight"
      />
      <Content>
        <Box sx={{ maxWidth: 1200, display: 'grid', gap: 3 }}>
          <Ways />
          <Chain />
        </Box>
      </Content>
    </Page>
  );
}
