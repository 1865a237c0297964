package dev.greenlet.spring.jdbc;

import dev.greenlet.engine.EngineChoice;
import dev.greenlet.spring.database.TestDatabase;
import dev.greenlet.spring.database.TestDatabases;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each driver on each engine. */
@Tag("soak")
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("cells")
class JdbcTortureSoakTests extends JdbcTorture {

  JdbcTortureSoakTests(TestDatabase database, EngineChoice engine) {
    super(database, engine);
  }

  static Stream<Arguments> cells() {
    return TestDatabases.found().stream()
        .flatMap(
            database ->
                Stream.of(EngineChoice.NATIVE, EngineChoice.PORTABLE)
                    .map(engine -> Arguments.of(database, engine)));
  }
}
