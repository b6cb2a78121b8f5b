using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Wuwei.Hosting.Tests;

/// <summary>
/// The public types of an assembly under <c>Aspire.Hosting</c> as text, one line a member:
/// <c>Type: result Member(parameters)</c>, extension methods under <c>extension</c>.
/// </summary>
internal static class Surface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type.Namespace!.StartsWith("Aspire.Hosting", StringComparison.Ordinal))
        .SelectMany(Of).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Of(Type type)
    {
        if (type.IsEnum)
        {
            return [$"{Name(type)}: {string.Join(", ", Enum.GetNames(type).Select(n => $"{n}={(int)Enum.Parse(type, n)}"))}"];
        }

        var members = new List<string>();
        members.AddRange(type.GetConstructors().Select(c => $"{Name(type)}: new({Parameters(c)})"));
        members.AddRange(type.GetFields(Declared).Select(f => $"{Name(type)}: {Name(f.FieldType)} {f.Name}"));
        members.AddRange(type.GetProperties(Declared).Where(p => p.Name != "EqualityContract").Select(p =>
            $"{Name(type)}: {Name(p.PropertyType, Nullability.Create(p).ReadState)} {p.Name} {{{(p.GetMethod is { IsPublic: true } ? " get;" : "")}{(p.SetMethod is { IsPublic: true } ? " set;" : "")} }}"));
        members.AddRange(type.GetMethods(Declared)
            .Where(m => !m.IsSpecialName && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null).Select(m =>
            m.IsDefined(typeof(ExtensionAttribute)) ? $"extension: {Signature(m)}" : $"{Name(type)}: {Signature(m)}"));
        return members;
    }

    private static string Signature(MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        var constraints = string.Concat(method.GetGenericArguments()
            .Select(a => (a.Name, Text: string.Join(", ", Constraints(a)))).Where(a => a.Text.Length > 0)
            .Select(a => $" where {a.Name} : {a.Text}"));
        return $"{Name(method.ReturnType, Nullability.Create(method.ReturnParameter).ReadState)} {method.Name}{arguments}({Parameters(method)}){constraints}";
    }

    private static IEnumerable<string> Constraints(Type argument)
    {
        var attributes = argument.GenericParameterAttributes;
        return
        [
            .. attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. argument.GetGenericParameterConstraints().Select(c => Name(c)),
            .. attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) ? ["new()"] : Array.Empty<string>(),
        ];
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters()
        .Select((p, i) => (i == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
            + (p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
            + (p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")
            + $"{Name(p.ParameterType, Nullability.Create(p).ReadState)} {p.Name}" + Default(p)));

    private static string Default(ParameterInfo parameter) => !parameter.HasDefaultValue ? ""
        : parameter.DefaultValue is { } value
            ? $" = {(parameter.ParameterType.IsEnum ? Enum.GetName(parameter.ParameterType, value) : Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant())}"
            : parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? " = default" : " = null";

    private static string Name(Type type, NullabilityState state = NullabilityState.Unknown)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, state);
        }

        var mark = state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        return (Nullable.GetUnderlyingType(type) is { } underlying ? $"{Name(underlying)}?"
            : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
            : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a)))}>"
            : type == typeof(string) ? "string"
            : type == typeof(bool) ? "bool"
            : type == typeof(int) ? "int"
            : type == typeof(object) ? "object"
            : type == typeof(void) ? "void"
            : type.Name) + mark;
    }
}
