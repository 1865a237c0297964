package dev.greenlet.spring.jdbc;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One driver on one engine; the longer suite has all combinations. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("cells")
class JdbcTortureTests extends JdbcTorture {

  JdbcTortureTests(TestDatabase database, EngineChoice engine) {
    super(database, engine);
  }

  static List<Arguments> cells() {
    return List.of(Arguments.of(TestDatabases.found().getFirst(), EngineChoice.PORTABLE));
  }
}
