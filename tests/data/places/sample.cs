using System;
using System.Collections.Generic;
using System.Linq;

namespace Shop.Orders;

/// <summary>An order.</summary>
public record Line(string Name, decimal Price);

public class Order
{
    private readonly Dictionary<int, List<Line>> _lines = new();

    public string Name { get; set; } = "first";
    public int Age { get; init; }

    public decimal Total(int id, decimal discount = 0m)
    {
        if (!_lines.TryGetValue(id, out var lines) || lines.Count == 0)
        {
            throw new InvalidOperationException($"No lines of {id} in {Name.ToUpper()}.");
        }
        return lines.Sum(line => line.Price) * (1 - discount);
    }

    public override string ToString()
    {
        var path = @"C:\orders\""one""";
        // Age comes last.
        return $"{Name} is {Age} years old, {string.Join(", ", _lines.Keys)} at {path}";
    }

    public IEnumerable<string> Names(char mark = '"')
    {
        foreach (var (id, lines) in _lines)
        {
            yield return $"{id}: {lines[0].Name}{mark}";
        }
        var numbers = new[] { 1, 2, 3 };
        Console.WriteLine("done {0}", numbers.Length);
    }
}
