package dev.greenlet.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The report on properties; {@code MisuseTests} has the words. */
@ExtendWith(OutputCaptureExtension.class)
class PropertyReportTests {
  private static final List<String> DROPPED =
      List.of("greenlet.web.guess-lane", "greenlet.web.latency-limit", "greenlet.web.min-live");

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(GreenletPropertyReportAutoConfiguration.class));

  @Test
  void theReportKnowsEveryProperty() throws Exception {
    assertThat(metadata())
        .extracting(property -> String.valueOf(property.get("name")))
        .filteredOn(name -> name.startsWith("greenlet."))
        .containsExactlyInAnyOrderElementsOf(PropertyReport.known());
  }

  @Test
  void theReadmeHasEveryPropertyWithItsDefault() throws Exception {
    Map<String, String> shown =
        Pattern.compile(
                "^\\| `(greenlet[a-z.-]+?)(?:\\.<bean>)?` \\| ([^|]*?) *\\|", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../README.md")))
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2).replace("`", "")));

    assertThat(metadata())
        .filteredOn(property -> property.get("defaultValue") != null)
        .filteredOn(property -> String.valueOf(property.get("name")).startsWith("greenlet."))
        .allSatisfy(
            property ->
                assertThat(shown)
                    .containsEntry(
                        String.valueOf(property.get("name")),
                        String.valueOf(property.get("defaultValue"))));
    Set<String> documented = new TreeSet<>(PropertyReport.known());
    documented.removeIf(name -> name.equals("greenlet.shared-carriers") || DROPPED.contains(name));
    assertThat(shown).containsOnlyKeys(documented);
  }

  @Test
  void whatIsDroppedIsInTheMetadataWithItsReason() throws Exception {
    assertThat(metadata())
        .filteredOn(property -> property.containsKey("deprecation"))
        .extracting(property -> property.get("name"), property -> property.get("deprecation"))
        .hasSize(3)
        .allSatisfy(
            dropped ->
                assertThat(dropped.toList().get(1))
                    .asString()
                    .contains("level=error")
                    .contains("Define a bean of type "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "false"})
  void aSwitchMayBeOnOrOff(String value) {
    runner
        .withPropertyValues("greenlet.watchdog.enabled=" + value)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "maybe", "1", ""})
  void aSwitchOfAnyOtherValueIsRefused(String value) {
    runner
        .withPropertyValues("greenlet.watchdog.enabled=" + value)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining(
                        "'greenlet.watchdog.enabled' must be true or false, was '" + value + "'"));
  }

  @Test
  void aSwitchOfAnyOtherValueIsRefusedWhereThePropertiesBesideItAreBound() {
    runner
        .withConfiguration(
            AutoConfigurations.of(
                GreenletAutoConfiguration.class, GreenletWatchdogAutoConfiguration.class))
        .withPropertyValues("greenlet.watchdog.enabled=maybe", "greenlet.watchdog.threshold=1s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining(
                        "'greenlet.watchdog.enabled' must be true or false, was 'maybe'"));
  }

  @Test
  void nothingIsSaidOfAnApplicationThatSetsNothingOrSwitchesAllOff(CapturedOutput output) {
    runner.run(context -> assertThat(context).hasNotFailed());
    runner
        .withPropertyValues("greenlet.enabled=false", "greenlet.web.max-live=7", "other.name=1")
        .run(context -> assertThat(context).hasNotFailed());

    assertThat(output).doesNotContain("has no effect");
  }

  @Test
  void theNameOfAPropertyMayBeWrittenInSeveralWays(CapturedOutput output) {
    runner
        .withPropertyValues("greenlet.watchdog.enabled=false", "GREENLET.stuckGrace=3s")
        .withPropertyValues("greenlet.web.hubNames[0]=stock", "greenlet.jdbc.gateWidth.a=1")
        .run(context -> assertThat(context).hasNotFailed());

    assertThat(output).doesNotContain("there is no such property");
  }

  private static List<Map<String, Object>> metadata() throws Exception {
    Path file = Path.of("target/classes/META-INF/spring-configuration-metadata.json");
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> properties =
        (List<Map<String, Object>>)
            JsonParserFactory.getJsonParser()
                .parseMap(Files.readString(file))
                .getOrDefault("properties", List.of());
    return properties;
  }
}
