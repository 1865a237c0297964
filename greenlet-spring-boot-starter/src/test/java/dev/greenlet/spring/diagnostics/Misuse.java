package dev.greenlet.spring.diagnostics;

import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.PlainApplication;
import java.util.List;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Uses without sense or effect, and what the start says of each. */
enum Misuse {
  KEY_WITHOUT_SIGN(
      Misuse.KeyWithoutSign.class,
      "`key = \"id\"`",
      "'key' must name arguments with '#', was 'id' with 'id', which KeyWithoutSign does not have",
      "Write '#id' for an argument, or #path['id'] for a path variable."),
  KEY_OF_A_PROPERTY_OF_THE_PATH(
      Misuse.KeyOfPathProperty.class,
      "`key = \"#path.id\"`",
      "'key' must read what is there, was '#path.id' with '#path.id'",
      "Write #path['id']."),
  KEY_OF_A_PROPERTY_THAT_IS_NOT_THERE(
      Misuse.KeyOfMissingProperty.class,
      "`key = \"#id.value\"` of a `long`",
      "'key' must read what is there, was '#id.value' with '#id.value'",
      "Long has no 'value': use what it has."),
  KEY_OF_A_METHOD_THAT_IS_NOT_THERE(
      Misuse.KeyOfMissingMethod.class,
      "`key = \"tenantOf(id)\"`",
      "'key' must name arguments with '#', was 'tenantOf(id)' with 'tenantOf(id)', which"
          + " KeyOfMissingMethod does not have",
      "Write #argument.tenantOf(id) for a method of an argument."),
  KEY_OF_A_BEAN(
      Misuse.KeyOfBean.class,
      "`key = \"@tenants.of(#id)\"`",
      "'key' must not refer to a bean, was '@tenants.of(#id)'",
      "Call a method of the controller, as in key = \"tenantOf(#id)\"."),
  BLANK_HUB(
      Misuse.BlankHub.class,
      "`hub = \" \"`",
      "'hub' must not be blank, was ' '",
      "Give it a value, or remove the attribute for the default."),
  HUB_OF_A_MISSING_PROPERTY(
      Misuse.HubOfMissingProperty.class,
      "`hub = \"${my.hub}\"`",
      "'hub' must name properties that are set, was '${my.hub}': Could not resolve placeholder",
      "Set the property, or give it a default, as in ${name:default}."),
  UNCLOSED_NAME(
      Misuse.UnclosedName.class,
      "`name = \"flight {id\"`",
      "'name' must have path variables in pairs of braces, was 'flight {id'",
      "Close each variable, as in name = \"flight {id}\", or remove the braces.");

  private final Class<?> application;
  private final String use;
  private final String words;
  private final String remedy;
  private final List<String> properties;

  Misuse(Class<?> application, String use, String words, String remedy, String... properties) {
    this.application = application;
    this.use = use;
    this.words = words;
    this.remedy = remedy;
    this.properties = List.of(properties);
  }

  Class<?> application() {
    return application;
  }

  String words() {
    return words;
  }

  String remedy() {
    return remedy;
  }

  List<String> properties() {
    return properties;
  }

  /** Its row in the documentation. */
  String row() {
    return "| %s | %s | %s |".formatted(use, words, remedy);
  }

  @PlainApplication
  static class Application {}

  @RestController
  @Import(Application.class)
  static class KeyWithoutSign {
    private final String id = "no property of SpEL";

    @Greenlet(key = "id")
    @GetMapping("/{id}")
    public String id(@PathVariable String id) {
      return this.id + id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfPathProperty {
    @Greenlet(key = "#path.id")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfMissingProperty {
    @Greenlet(key = "#id.value")
    @GetMapping("/{id}")
    public long handle(@PathVariable long id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfMissingMethod {
    @Greenlet(key = "tenantOf(id)")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Import(Application.class)
  static class KeyOfBean {
    @Greenlet(key = "@tenants.of(#id)")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }

  @RestController
  @Greenlet(hub = " ")
  @Import(Application.class)
  static class BlankHub {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  @Greenlet(hub = "${my.hub}")
  @Import(Application.class)
  static class HubOfMissingProperty {
    @GetMapping("/")
    public String handle() {
      return "";
    }
  }

  @RestController
  @Import(Application.class)
  static class UnclosedName {
    @Greenlet(name = "flight {id")
    @GetMapping("/{id}")
    public String handle(@PathVariable String id) {
      return id;
    }
  }
}
