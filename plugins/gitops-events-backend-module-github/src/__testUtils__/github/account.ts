/** A user, a team's organisation or a bot, as GitHub shows it inside of other things. */
export function account(login: string) {
  const url = `https://api.github.com/users/${login}`;
  return {
    ...{ login, id: 1, node_id: `U_${login}`, gravatar_id: '' },
    ...{ url, html_url: `https://github.com/${login}`, site_admin: false },
    avatar_url: `https://avatars.githubusercontent.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
  };
}

/** A team, likewise. */
export function team(slug: string) {
  const url = `https://api.github.com/teams/${slug}`;
  return {
    ...{ id: 1, node_id: `T_${slug}`, name: slug, slug, type: 'organization' },
    ...{ description: null, privacy: 'closed', permission: 'push' },
    ...{ url, html_url: `https://github.com/orgs/acme/teams/${slug}` },
    ...{ members_url: `${url}/members{/member}`, parent: null },
    ...{ repositories_url: `${url}/repos`, organization_id: 1 },
  };
}
