package dev.greenlet.sample.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** The connection details of an embedded PostgreSQL, which trusts all local users. */
record EmbeddedPostgresConnectionDetails(EmbeddedPostgres postgres)
    implements JdbcConnectionDetails {
  private static final String SUPERUSER = "postgres";

  @Override
  public String getUsername() {
    return SUPERUSER;
  }

  @Override
  public String getPassword() {
    return "";
  }

  @Override
  public String getJdbcUrl() {
    return "jdbc:postgresql://localhost:%d/postgres".formatted(postgres.getPort());
  }
}
